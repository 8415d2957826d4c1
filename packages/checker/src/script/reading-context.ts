import type { Budget, SyntaxNode } from '@rbee/pkgbuild/syntax'
import type { Call, CodePlace, Input, Mention, ScriptReading, Setting, VariableUse, Write } from './calls.ts'
import type { WordScope } from './expand-node.ts'
import { shown } from './markers.ts'
import type { Values } from './values.ts'

/** A text that the script hands to a shell, where it stands. */
export interface NestedScript {
  readonly text: string
  readonly place: CodePlace
  readonly folder: string
}

export interface ReaderOptions {
  readonly values: Values
  readonly budget: Budget
  readonly functions: ReadonlySet<string>
  /** Set where what is read is a text inside a script. */
  readonly nested: NestedScript | null
  scopeAt(within: string | null, values: Values, budget: Budget, folder: string): WordScope
}

/** What is the same for all commands of a part of the script. */
export interface Surroundings {
  readonly within: string | null
  readonly input: Input
  /** Shared by what bash runs in one process: `cd` changes it. */
  readonly state: { folder: string }
  readonly depth: number
}

/** What is known of a script while it is read, and what was noted of it so far. */
export class ReadingContext {
  readonly options: ReaderOptions
  readonly calls: Call[] = []
  readonly writes: Write[] = []
  readonly mentions: Mention[] = []
  readonly uses: VariableUse[] = []
  readonly settings: Setting[] = []
  readonly nestedScripts: NestedScript[] = []
  readonly broken: number[] = []
  readonly #obscure: (Mention & { why: string })[] = []

  constructor(options: ReaderOptions) {
    this.options = options
  }

  reading(): ScriptReading {
    return {
      calls: this.calls,
      writes: this.writes,
      mentions: this.mentions,
      uses: this.uses,
      settings: this.settings,
      functions: this.options.functions,
      obscure: this.#obscure,
      broken: this.broken,
    }
  }

  scopeOf(around: Surroundings): WordScope {
    const { values, budget, scopeAt } = this.options
    return scopeAt(around.within, values, budget, around.state.folder)
  }

  placeOf(node: SyntaxNode, around: Surroundings): CodePlace {
    const { nested } = this.options
    return { line: nested?.place.line ?? node.startPosition.row + 1, within: around.within }
  }

  /** Notes what nobody can tell, or was not meant to be told. */
  hide(text: string, place: CodePlace, why: string): void {
    this.#obscure.push({ text: shown(text), place, why })
  }
}
