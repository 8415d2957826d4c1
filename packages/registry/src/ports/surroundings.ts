/** Time, in milliseconds since the epoch. */
export type Clock = () => number

/** Cryptographically strong random bytes. */
export type RandomBytes = (length: number) => Uint8Array

/** Runs actions of the same key one after the other, in the order of the calls. */
export type InTurn = <T>(key: string, action: () => Promise<T>) => Promise<T>
