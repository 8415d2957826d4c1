import { RbeeError } from '@rbee/schema'

/**
 * The class that Homebrew looks for in a formula of this name (Formulary.class_s): `llm-worker` → `LlmWorker`.
 *
 * Fails with `no_formula` for names that give no constant of Ruby: Homebrew cannot install them under any.
 */
export function formulaClass(name: string): string {
  const capitalized = name.charAt(0).toUpperCase() + name.slice(1).toLowerCase()
  const className = capitalized
    .replace(/[-_.\s]([a-zA-Z0-9])/g, (_match, letter: string) => letter.toUpperCase())
    .replaceAll('+', 'x')
  if (/^[A-Z][A-Za-z0-9]*$/.test(className)) return className
  throw new RbeeError('no_formula', `Homebrew cannot name a formula "${name}"`, {
    next: 'its name has to begin with a letter, and may hold single hyphens only',
  })
}
