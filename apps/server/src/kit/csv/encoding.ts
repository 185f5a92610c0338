/** How a file's text was written down, as far as its first bytes tell. */
export type FileEncoding = 'UTF-8' | 'UTF-8 with BOM' | 'UTF-16LE' | 'UTF-16BE';

/** A stream of bytes brought into one form: UTF-16 becomes UTF-8, a byte order mark goes, the rest stays as it is. */
export type TextBytes = {
  push(bytes: Uint8Array): Buffer;
  end(): Buffer;
  /** Known after the first four bytes, or at the end. */
  encoding(): FileEncoding;
};

/** The bytes are UTF-16 by their mark or their zeros, and no text in it. */
export class NotText extends Error {
  override name = 'NotText';
}

/** Holds at most three bytes. Without a mark, UTF-16 is known by the zeros of its first two characters (RFC 2781 4.3). */
export function textBytes(): TextBytes {
  let head = Buffer.alloc(0);
  let encoding: FileEncoding | null = null;
  let decoder: InstanceType<typeof TextDecoder> | null = null;

  function begin(): Buffer {
    const [a, b, c, d] = head;
    const marked = a === 0xff && b === 0xfe ? 'UTF-16LE' : a === 0xfe && b === 0xff ? 'UTF-16BE' : null;
    const bare =
      head.length === 4 && a && !b && c && !d
        ? 'UTF-16LE'
        : head.length === 4 && !a && b && !c && d
          ? 'UTF-16BE'
          : null;
    const wide = marked ?? bare;
    if (wide) {
      encoding = wide;
      // Its own mark is taken away by the decoder.
      decoder = new TextDecoder(wide, { fatal: true });
      return convert(head, true);
    }
    const bom = a === 0xef && b === 0xbb && c === 0xbf;
    encoding = bom ? 'UTF-8 with BOM' : 'UTF-8';
    return bom ? head.subarray(3) : head;
  }
  function convert(bytes: Uint8Array, more: boolean): Buffer {
    try {
      return Buffer.from(decoder!.decode(bytes, { stream: more }), 'utf8');
    } catch {
      throw new NotText('This is no UTF-16 text.');
    }
  }
  return {
    push(bytes) {
      if (encoding)
        return decoder ? convert(bytes, true) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const missing = 4 - head.length;
      head = Buffer.concat([head, bytes.subarray(0, missing)]);
      if (head.length < 4) return Buffer.alloc(0);
      const rest = bytes.subarray(missing);
      const first = begin();
      return Buffer.concat([first, decoder ? convert(rest, true) : rest]);
    },
    end() {
      const first = encoding ? Buffer.alloc(0) : begin();
      return decoder ? Buffer.concat([first, convert(new Uint8Array(), false)]) : first;
    },
    encoding: () => encoding ?? 'UTF-8',
  };
}
