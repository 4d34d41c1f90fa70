"""The contract's endpoints as a GingerDJ project, to try the suite and servers with."""
