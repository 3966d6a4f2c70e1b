"""ShopTalk beside what a developer would write instead, on one catalogue, with one model, in one run."""


def main(*options: str) -> None:
    """As ``benchmarks.peers.run.main``; nothing is imported before it is called."""
    from benchmarks.peers.run import main as run

    run(*options)
