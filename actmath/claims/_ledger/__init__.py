"""The rows of all papers: judged, kept, told with their verdicts, and what was misprinted."""
