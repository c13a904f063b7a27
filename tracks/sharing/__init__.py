"""Links that somebody hands out to open what is not public: labelled, limited, counted, taken back one by one."""
