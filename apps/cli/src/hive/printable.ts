/** One line of a program nobody has proven, without what a terminal would take for a command. */
export function printable(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '').trim()
}

/** Text of a program nobody has proven, with its colours, lines and columns, and nothing else that a terminal obeys. */
export function harmless(text: string): string {
  return text.replace(/\u001b\[[\d;]*m|([\u0000-\u0008\u000b-\u001f\u007f-\u009f])/g, (all, control) =>
    control === undefined ? all : '',
  )
}
