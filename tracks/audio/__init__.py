"""Turns audio bytes into facts and renditions: ffmpeg in, dataclasses out. Knows nothing of Django.

Every byte that an uploader sent is parsed by a child process under limits (`sandbox`), never by the caller.
"""
