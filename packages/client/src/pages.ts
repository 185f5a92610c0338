type Page<T> = { items: T[]; nextCursor: string | null };

/**
 * Every item of a list, page after page:
 *
 *     for await (const sim of all((cursor) => listSims(client, { cursor }))) …
 */
export async function* all<T>(list: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
