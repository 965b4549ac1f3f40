"""The windows that renew a pair and plan the change to the new one."""
