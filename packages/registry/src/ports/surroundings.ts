/** Time, in milliseconds since the epoch. */
export type Clock = () => number

/** Cryptographically strong random bytes. */
export type RandomBytes = (length: number) => Uint8Array
