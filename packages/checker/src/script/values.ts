import type { Variables } from '@rbee/pkgbuild/syntax'
import { HOME_DIR, PKG_DIR, SRC_DIR, START_DIR, UNKNOWN } from './markers.ts'

/** Values that a variable may have; more are not told apart. */
const MAX_ALTERNATIVES = 16
const MAX_ELEMENTS = 400

/** What makepkg, the shell and common environments set, as far as it matters which program or place it is. */
const GIVEN: ReadonlyMap<string, string> = new Map([
  ['srcdir', SRC_DIR],
  ['pkgdir', PKG_DIR],
  ['startdir', START_DIR],
  ['HOME', HOME_DIR],
  ['XDG_CONFIG_HOME', `${HOME_DIR}/.config`],
  ['XDG_DATA_HOME', `${HOME_DIR}/.local/share`],
  ['XDG_CACHE_HOME', `${HOME_DIR}/.cache`],
  ['PWD', SRC_DIR],
  ['OLDPWD', SRC_DIR],
  ['TMPDIR', '/tmp'],
  ['IFS', ' '],
  ['SHELL', '/bin/bash'],
  ['BASH', '/bin/bash'],
  ['CC', 'cc'],
  ['CXX', 'c++'],
  ['CPP', 'cpp'],
  ['LD', 'ld'],
  ['AR', 'ar'],
  ['RANLIB', 'ranlib'],
  ['NM', 'nm'],
  ['STRIP', 'strip'],
  ['OBJCOPY', 'objcopy'],
  ['MAKE', 'make'],
  ['CMAKE', 'cmake'],
  ['CARGO', 'cargo'],
  ['RUSTC', 'rustc'],
  ['PYTHON', 'python'],
  ['GO', 'go'],
  ['NODE', 'node'],
  ['NPM', 'npm'],
  ['PKG_CONFIG', 'pkg-config'],
  ['DESTDIR', ''],
])

/**
 * What the variables of a script may hold, whenever that is: all values that are assigned anywhere, because which
 * assignment comes before which use cannot be told without running the script.
 */
export class Values {
  readonly #texts = new Map<string, string[]>()
  readonly #elements = new Map<string, string[]>()
  readonly #before: Values | null

  /** @param before what was found out in an earlier reading, for names that come up before they are assigned. */
  constructor(before: Values | null = null) {
    this.#before = before
  }

  assign(name: string, alternatives: readonly string[], append: boolean): void {
    const known = this.#texts.get(name) ?? []
    const added = append
      ? (known.length === 0 ? [''] : known).flatMap((first) => alternatives.map((second) => first + second))
      : alternatives
    const all = [...new Set([...known, ...added])]
    this.#texts.set(name, all.length > MAX_ALTERNATIVES ? [...all.slice(0, MAX_ALTERNATIVES), UNKNOWN] : all)
  }

  assignArray(name: string, words: readonly string[], append: boolean): void {
    const known = append ? (this.#elements.get(name) ?? this.#texts.get(name) ?? []) : []
    // Of an array that is assigned twice all elements count: either may be the one that is used.
    const others = append ? [] : (this.#elements.get(name) ?? [])
    this.#elements.set(name, [...known, ...words, ...others].slice(0, MAX_ELEMENTS))
  }

  /** Whether the script itself sets the variable. */
  sets(name: string): boolean {
    return this.#texts.has(name) || this.#elements.has(name) || (this.#before?.sets(name) ?? false)
  }

  texts(name: string): readonly string[] {
    const texts = this.#texts.get(name)
    if (texts !== undefined) return texts
    const elements = this.#elements.get(name)
    if (elements !== undefined) return [elements[0] ?? '']
    if (this.#before?.sets(name)) return this.#before.texts(name)
    return [GIVEN.get(name) ?? UNKNOWN]
  }

  elements(name: string): readonly string[] {
    const elements = this.#elements.get(name)
    if (elements !== undefined) return elements
    if (this.#texts.has(name)) return this.texts(name).slice(0, 1)
    return this.#before?.sets(name) ? this.#before.elements(name) : [UNKNOWN]
  }

  /** One of the possible states of all variables. */
  view(choice: ReadonlyMap<string, number>): Variables {
    return {
      text: (name) => this.texts(name)[choice.get(name) ?? 0] ?? UNKNOWN,
      elements: (name) => this.elements(name),
      isSet: (name) => this.sets(name) || GIVEN.has(name),
    }
  }
}

/** Most states of the variables of one word that are looked at. */
const MAX_STATES = 24

/** States of the variables that a word names, each value of each variable in at least one of them where they are many. */
export function* statesOf(word: string, values: Values): Generator<Variables> {
  const names = [...new Set([...word.matchAll(/\$\{?[#!]?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ''))]
  const counted = names
    .map((name) => ({ name, count: values.texts(name).length }))
    .filter(({ count }) => count > 1)
  const all = counted.reduce((product, { count }) => product * count, 1)
  const most = Math.max(1, ...counted.map(({ count }) => count))
  const states = all <= MAX_STATES ? all : most
  for (let state = 0; state < states; state += 1) {
    let rest = state
    const choice = new Map<string, number>()
    for (const { name, count } of counted) {
      choice.set(name, all <= MAX_STATES ? rest % count : state % count)
      rest = Math.floor(rest / count)
    }
    yield values.view(choice)
  }
}
