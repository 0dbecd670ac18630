"""What another rule would have done: stored readings, replayed through the same engine.

`question` says what is asked, `replay` runs one chunk of patients under both rules, `episodes`
and `answer` compare, `run` goes over all patients, by itself or with Dask.
"""
