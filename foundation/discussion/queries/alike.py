"""Who sees a thread as everybody does: as ``threads.Reader.sees_what_everybody_sees``, for pages that are kept whole."""


def alike(thread: str, person: str) -> str:
    """SQL that is true for who wrote nothing in a thread, and may write there as far as anybody may.

    Moderators see more; whoever asks leaves out everybody with a role in the municipality.

    Args:
        thread, person: constant SQL of their ids.
    """
    return f"""NOT EXISTS (SELECT FROM discussion_comment c WHERE c.thread_id = {thread} AND c.author_id = {person})
        AND NOT EXISTS (SELECT FROM discussion_thread t WHERE t.id = {thread} AND t.closed_at IS NULL AND t.writers <> 'accounts'
            AND NOT EXISTS (SELECT FROM municipalities_residency h
                WHERE h.municipality_id = t.municipality_id AND h.user_id = {person}))"""  # noqa: S608
