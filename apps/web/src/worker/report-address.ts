/**
 * Where somebody reports a release: the operator's address with what it is about, or the page that says who takes reports.
 *
 * @param to the address that the operator set; null for none.
 */
export function reportAddress(
  to: string | null,
  { id, version }: { readonly id: string; readonly version: string },
): string {
  if (to === null) return '/trust#report'
  const subject = `Report about ${id} ${version}`
  if (to.startsWith('mailto:')) return `${to}?subject=${encodeURIComponent(subject)}`
  const url = new URL(to)
  url.searchParams.set('title', subject)
  return url.href
}
