import { rubyString } from '../languages/ruby.ts'
import { type Licence, parseLicence } from '../licence-expression.ts'

/** The argument of `license`: a string, a hash for alternatives and exceptions, or a symbol for what SPDX does not know. */
export function formulaLicence(expression: string): string {
  const licence = parseLicence(expression)
  if (licence === null || !isListed(licence)) return ':cannot_represent'
  return licenceOf(licence, false)
}

/** Homebrew takes identifiers of SPDX's own list only. */
function isListed(licence: Licence): boolean {
  return 'parts' in licence ? licence.parts.every(isListed) : !licence.name.includes('LicenseRef-')
}

function licenceOf(licence: Licence, inside: boolean): string {
  switch (licence.kind) {
    case 'name':
      return rubyString(licence.name)
    case 'with': {
      const pair = `${rubyString(licence.name)} => { with: ${rubyString(licence.exception)} }`
      return inside ? `{ ${pair} }` : pair
    }
    case 'all':
    case 'any': {
      const pair = `${licence.kind}_of: [${licence.parts.map((part) => licenceOf(part, true)).join(', ')}]`
      return inside ? `{ ${pair} }` : pair
    }
  }
}
