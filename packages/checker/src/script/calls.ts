/** Where a command's standard input comes from. */
export type Input =
  /** Whatever the build's is. */
  | { readonly kind: 'build' }
  /** The output of another command. */
  | { readonly kind: 'pipe' }
  /** A text of the script; null where it is not known. */
  | { readonly kind: 'text'; readonly text: string | null }
  | { readonly kind: 'file'; readonly path: string }

/** One command as it would be run, as far as that can be told. */
export interface Call {
  /** The program's name without its folder; null where only running the script would tell it. */
  readonly program: string | null
  /** As written, with its folder. */
  readonly path: string
  readonly args: readonly string[]
  /** Programs that run it, such as `sudo` or `xargs`. */
  readonly wrappers: readonly string[]
  /** Variables set for it alone, as `NAME=value`. */
  readonly assigned: readonly string[]
  readonly input: Input
  /** The folder it runs in, see `places.ts`. */
  readonly folder: string
  readonly place: CodePlace
}

/** A place of the script. */
export interface CodePlace {
  /** 1-based. */
  readonly line: number
  /** The function around it: `package` also for `package_NAME`. Null at the top of the file. */
  readonly within: string | null
}

/** A file that a redirection writes. */
export interface Write {
  /** Resolved, see `places.ts`. */
  readonly path: string
  /** What is written, where it is a text of the script. */
  readonly text: string | null
  readonly place: CodePlace
}

/** Any word of the script, or a text in it, as it may be when it is used. */
export interface Mention {
  readonly text: string
  readonly place: CodePlace
}

/** A variable that is used, or set. */
export interface VariableUse {
  readonly name: string
  readonly place: CodePlace
}

/** An assignment, wherever in the file. */
export interface Setting {
  readonly name: string
  readonly texts: readonly string[]
  readonly place: CodePlace
}

/** What a script would do, without having run it. */
export interface ScriptReading {
  readonly calls: readonly Call[]
  readonly writes: readonly Write[]
  readonly mentions: readonly Mention[]
  readonly uses: readonly VariableUse[]
  readonly settings: readonly Setting[]
  /** Names of functions that the script defines. */
  readonly functions: ReadonlySet<string>
  /** What cannot be read: broken syntax, texts that are run and not known. */
  readonly obscure: readonly (Mention & { readonly why: string })[]
  /** Lines whose syntax is broken. */
  readonly broken: readonly number[]
}
