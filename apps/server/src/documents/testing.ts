import { getDocumentProxy } from 'unpdf';

/** What a reader of a PDF finds on each page, in the order it is drawn, and what the file says about itself. */
export async function readPdf(bytes: Buffer): Promise<{ pages: string[]; info: Record<string, unknown> }> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 });
  const pages: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const { items } = await (await pdf.getPage(number)).getTextContent();
    pages.push(
      items
        .map((item) => ('str' in item ? item.str : ''))
        .join(' ')
        .replace(/\s+/g, ' '),
    );
  }
  const info = (await pdf.getMetadata()).info as Record<string, unknown>;
  await pdf.loadingTask.destroy();
  return { pages, info };
}
