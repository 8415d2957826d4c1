/** All label texts, each with its number. Labels are only ever added. */
export interface Labels {
  readonly texts: readonly string[]
  numberOf(text: string): number | null
}

/** The labels of workers: each distinct set once, behind each other in one array. */
export interface LabelSets extends Labels {
  /** Where the numbers of a set begin in `members`; they end where those of the next begin. */
  readonly starts: Uint32Array
  readonly members: Uint32Array
  /** The number of a set, from its labels with blanks between them. */
  setOf(text: string): number
}

export function createLabelSets(): LabelSets {
  const texts: string[] = []
  const numbers = new Map<string, number>()
  const sets = new Map<string, number>()
  let starts = new Uint32Array(1024)
  let members = new Uint32Array(8192)
  let used = 0

  function labelNumber(text: string): number {
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, texts.length)
    return texts.push(text) - 1
  }

  return {
    texts,
    numberOf: (text) => numbers.get(text) ?? null,
    get starts() {
      return starts
    },
    get members() {
      return members
    },
    setOf(text) {
      const known = sets.get(text)
      if (known !== undefined) return known
      const set = sets.size
      const labels = text === '' ? [] : text.split(' ')
      if (set + 2 > starts.length) starts = grown(starts)
      while (used + labels.length > members.length) members = grown(members)
      for (const label of labels) {
        members[used] = labelNumber(label)
        used += 1
      }
      starts[set + 1] = used
      sets.set(text, set)
      return set
    },
  }
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}
