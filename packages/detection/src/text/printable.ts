/** Longest text of a host profile, in characters. */
const MAX_LENGTH = 300

/**
 * A text of a program or file as one printable line, or null when nothing is left of it. Control characters go, since
 * names of devices end up in terminals.
 */
export function printable(text: string | null | undefined): string | null {
  const line = (text ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
  return line === '' ? null : line
}
