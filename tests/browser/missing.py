"""What to say when there is no browser."""

# The first that is there; the shell has no windows to draw.
PROGRAMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
MESSAGE = "there is no Chromium: type `apt-get install chromium fonts-wqy-microhei libatomic1` as root"
