import type { KeptLicense } from './kept-licenses.ts'

/** A licence in one line, without its token. */
export function viewLicense({ id, customer, workers, expires_at }: KeptLicense): string {
  const end = expires_at === null ? 'until it is revoked' : `until ${expires_at.slice(0, 10)}`
  return `the licence ${id} of ${customer}, for ${workers.join(', ')}, ${end}`
}
