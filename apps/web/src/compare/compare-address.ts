/** The address that compares these workers. */
export function comparePath(names: readonly string[]): string {
  const query = new URLSearchParams(names.map((name): [string, string] => ['w', name]))
  return names.length === 0 ? '/compare' : `/compare?${query}`
}
