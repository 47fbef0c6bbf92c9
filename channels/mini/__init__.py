"""The WeChat mini-program and its page in a browser: log-in, talk by voice, the red button."""
