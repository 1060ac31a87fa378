"""Settings of the web server that hold wherever it is started (gunicorn --config python:config.web)."""

# Beyond these gunicorn itself answers, in bare English. A search or a filter that people make stays far below.
limit_request_line = 8190  # characters, the most that gunicorn takes
limit_request_field_size = 16380  # bytes of one header
