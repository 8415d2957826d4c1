/** Something that must hold after a kill does not. */
export class Breach extends Error {
  override readonly name = 'Breach'
}

/** Fails with a {@link Breach} that says what is wrong. */
export function must(holds: boolean, wrong: string): asserts holds {
  if (!holds) throw new Breach(wrong)
}

/** Fails with a {@link Breach} where the two differ, as JSON. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(is === should, `${what}: it is ${is} and should be ${should}`)
}
