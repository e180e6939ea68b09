"""The pipeline and everything that touches the disk: settings, files, runs, reports."""
