/** The other vendor's API cannot be read. `message` is safe to show, and says what to do. */
export class SourceFault extends Error {
  override name = 'SourceFault';
}
