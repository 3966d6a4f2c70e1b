"""Presidio as a peer, in an environment of its own: texts as JSON on standard input, spans as JSON out.

`PYTHON -m pip install presidio-analyzer` and an English spaCy model; this file imports nothing of ours.
"""

import json
import sys


def main() -> None:
    """Reads ``{"model": name, "texts": [...]}``, writes ``{"versions", "found": [[start, end, kind], ...] a text}``."""
    from importlib.metadata import version

    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    asked = json.load(sys.stdin)
    settings = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": "en", "model_name": asked["model"]}],
        # By default Presidio passes organisations over.
        "ner_model_configuration": {
            "labels_to_ignore": ["CARDINAL", "ORDINAL", "QUANTITY", "PERCENT", "MONEY", "PRODUCT", "EVENT", "LAW"],
            "model_to_presidio_entity_mapping": {
                "PERSON": "PERSON",
                "PER": "PERSON",
                "GPE": "LOCATION",
                "LOC": "LOCATION",
                "FAC": "LOCATION",
                "ORG": "ORGANIZATION",
                "NORP": "NRP",
                "DATE": "DATE_TIME",
                "TIME": "DATE_TIME",
            },
        },
    }
    engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=settings).create_engine())
    found = []
    for text in asked["texts"]:
        kept: list[tuple[int, int, str]] = []
        # Of two that overlap, the surer one.
        for r in sorted(engine.analyze(text, language="en"), key=lambda r: (-r.score, r.start - r.end)):
            if all(r.end <= start or r.start >= end for start, end, _ in kept):
                kept.append((r.start, r.end, r.entity_type))
        found.append(sorted(kept))
    versions = {name: version(name) for name in ("presidio-analyzer", "spacy")}
    json.dump({"versions": versions, "found": found}, sys.stdout)


if __name__ == "__main__":
    main()
