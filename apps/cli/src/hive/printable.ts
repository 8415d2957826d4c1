/** One line of a program nobody has proven, without what a terminal would take for a command. */
export function printable(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '').trim()
}
