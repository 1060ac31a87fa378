"""What to say when there is no browser."""

PROGRAMS = ["chromium", "chromium-browser", "google-chrome"]
MESSAGE = "there is no Chromium: type `apt-get install chromium fonts-wqy-microhei libatomic1` as root"
