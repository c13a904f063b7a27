"""What people hear live. The log of events is the record: frames that announce something are read from it, in its order
and without gaps. What may get lost (progress, who is typing) goes out through `push`.
"""

from config.lib.realtime.transient import push

__all__ = ["push"]
