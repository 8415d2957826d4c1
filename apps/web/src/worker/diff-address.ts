import { RbeeError, type Version, versionSchema } from '@rbee/schema'

/** The page about what changed between two releases. */
export function diffPath(id: string, from: string, to: string): string {
  return `/worker/${id}/diff/${encodeURIComponent(from)}...${encodeURIComponent(to)}`
}

/** The two versions of `1.0.0...2.0.0`. Versions hold no three dots in a row. Fails with `invalid_version`. */
export function comparedVersions(range: string): { readonly from: Version; readonly to: Version } {
  const [from, to, ...rest] = range.split('...').map((text) => versionSchema.safeParse(text))
  if (from?.success && to?.success && rest.length === 0) return { from: from.data, to: to.data }
  throw new RbeeError('invalid_version', 'The address must end in two versions, such as 1.0.0...1.1.0')
}
