"""The smallest application of each peer: one page, and nothing imported that it does not use."""
