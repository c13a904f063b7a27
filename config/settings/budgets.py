"""How often somebody may call; RATE_LIMITS_… in the environment says otherwise."""

from config.env import rate_limits

# Calls in a moving window: of an account when signed in, else of an address (IPv6: of a /64 network).
RATE_LIMITS = rate_limits(
    reads="1200/minute",
    writes="240/minute",
    uploads="100/hour",
    register="60/hour",  # of an address
    credentials="5/5 minutes",  # of the name that is tried, whether anybody has it or not
    credentials_address="30/5 minutes",  # of an address
    failures="5/hour",  # of a name: after so many a captcha is asked for, where there is one
    failures_address="30/hour",  # of an address: likewise
    mails="20/hour",  # that an address, or an account, has sent to somebody
    mails_to="5/hour",  # of the e-mail address that is named, whether anybody has it or not
    invitations="60/day",  # into spaces, that an account sends
    plays="1200/hour",  # that begin
    plays_address="600/hour",  # that begin at an address: more are kept, and count for nothing
    beats="3000/minute",  # of players, each some four a minute
    link_passwords="20/5 minutes",  # of a link that asks for one
)
