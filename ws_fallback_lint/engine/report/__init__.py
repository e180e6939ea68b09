"""What a run brought, and the formats that say it. Each format is a file with `render(...) -> str`.

Whatever comes out of files (paths, names, source text) passes through `escape.visible`, so that no
report can send control characters to a terminal.
"""
