/** Where somebody reports a release: the operator's address with what it is about. */
export function reportAddress(
  to: string,
  { id, version }: { readonly id: string; readonly version: string },
): string {
  const subject = `Report about ${id} ${version}`
  if (to.startsWith('mailto:')) return `${to}?subject=${encodeURIComponent(subject)}`
  const url = new URL(to)
  url.searchParams.set('title', subject)
  return url.href
}
