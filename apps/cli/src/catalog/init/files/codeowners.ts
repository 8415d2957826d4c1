import type { CatalogFacts } from '../facts.ts'

/** Who has to agree to which change. The last line that fits a file decides. */
export function codeowners({ owner }: Pick<CatalogFacts, 'owner'>): string {
  const head =
    '# Who is asked to review changes. It binds where a ruleset of the branch requires review from code owners.\n'
  if (owner === null) {
    return `${head}# Nobody is named yet: put the name of an account or of a team in the place of @OWNER and take the signs away.
# *           @OWNER
# /.github/   @OWNER
`
  }
  return `${head}*           @${owner}
/.github/   @${owner}
`
}
