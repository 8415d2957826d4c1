/** Looks up a variable: its text, its elements, or the reason why it is not known. */
export interface Variables {
  /** The text of `$name`: of an array its first element. @throws NotStatic */
  text(name: string): string
  /** The elements of `${name[@]}`. @throws NotStatic */
  elements(name: string): readonly string[]
  /** Whether `${name-…}` takes its value. @throws NotStatic where the environment decides. */
  isSet(name: string): boolean
}
