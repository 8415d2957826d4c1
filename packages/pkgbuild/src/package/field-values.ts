import type { KnownText, Variable } from '../values/evaluate.ts'
import {
  type ArchitectureField,
  isListField,
  isTextField,
  type ListField,
  splitArchitecture,
  type TextField,
} from './fields.ts'

/** Values of fields; a field that is not stated is not in the maps. */
export interface FieldValues {
  readonly texts: ReadonlyMap<TextField, KnownText>
  readonly lists: ReadonlyMap<ListField, readonly KnownText[]>
  /** By the architecture for which they stand (`depends_x86_64`). */
  readonly architectures: ReadonlyMap<string, ReadonlyMap<ArchitectureField, readonly KnownText[]>>
  /** Fields written as a list where they are a text, or the other way round; makepkg refuses these. */
  readonly wrongKind: readonly { readonly field: string; readonly line: number; readonly isList: boolean }[]
}

/** Something that only running the file would tell. */
export interface UnknownValue {
  /** Null for what does not concern one field. */
  readonly field: string | null
  /** The package in whose function it stands; null for the file itself. */
  readonly package: string | null
  readonly line: number | null
  readonly reason: string
}

/** The fields among variables. */
export function fieldsOf(variables: ReadonlyMap<string, Variable>): FieldValues {
  const texts = new Map<TextField, KnownText>()
  const lists = new Map<ListField, readonly KnownText[]>()
  const architectures = new Map<string, Map<ArchitectureField, readonly KnownText[]>>()
  const wrongKind: { field: string; line: number; isList: boolean }[] = []
  for (const [name, { array, elements, line }] of variables) {
    const isOpaque = elements.length === 1 && elements[0]?.known === false
    const expects = (isList: boolean) => {
      if (array !== isList && !isOpaque) wrongKind.push({ field: name, line, isList })
    }
    if (isTextField(name)) {
      expects(false)
      texts.set(name, elements[0] ?? { known: true, text: '', line })
    } else if (isListField(name)) {
      expects(true)
      lists.set(name, elements)
    } else {
      const split = splitArchitecture(name)
      if (split === null) continue
      expects(true)
      const ofArchitecture =
        architectures.get(split.architecture) ?? new Map<ArchitectureField, readonly KnownText[]>()
      architectures.set(split.architecture, ofArchitecture.set(split.field, elements))
    }
  }
  return { texts, lists, architectures, wrongKind }
}

/** Fields of which the first ones take precedence. */
export function fieldsOver(first: FieldValues, second: FieldValues): FieldValues {
  const architectures = new Map(second.architectures)
  for (const [architecture, lists] of first.architectures) {
    architectures.set(architecture, new Map([...(second.architectures.get(architecture) ?? []), ...lists]))
  }
  return {
    texts: new Map([...second.texts, ...first.texts]),
    lists: new Map([...second.lists, ...first.lists]),
    architectures,
    wrongKind: [...second.wrongKind, ...first.wrongKind],
  }
}

/** What of the values is not known. */
export function unknownsIn(fields: FieldValues, packageName: string | null): UnknownValue[] {
  const ofArchitectures = [...fields.architectures].flatMap(([architecture, lists]) =>
    [...lists].map(([field, elements]) => [`${field}_${architecture}`, elements] as const),
  )
  const texts = [...fields.texts].map(([field, text]) => [field, [text]] as const)
  return [...texts, ...fields.lists, ...ofArchitectures].flatMap(([field, elements]) =>
    elements.flatMap((element) =>
      element.known ? [] : [{ field, package: packageName, line: element.line, reason: element.reason }],
    ),
  )
}
