import type { HostProfile } from '@rbee/schema'

const KEY = 'rbee.machine'
/** Of what is kept; raised when older profiles cannot be read any more. */
const FORMAT = 1

/** Where a profile came from: a browser knows too little to say no. */
export type ProfileOrigin = 'detect' | 'browser'

export interface KeptMachine {
  readonly origin: ProfileOrigin
  readonly profile: HostProfile
}

/** The visitor's machine, which was checked when it was kept; null where none is kept, or the browser keeps nothing. */
export function keptMachine(): KeptMachine | null {
  const text = read()
  if (text === null) return null
  const { format, origin, profile }: { format: number } & KeptMachine = JSON.parse(text)
  return format === FORMAT ? { origin, profile } : null
}

/** @returns whether the browser keeps it. */
export function keepMachine(machine: KeptMachine): boolean {
  try {
    localStorage.setItem(KEY, JSON.stringify({ format: FORMAT, ...machine }))
    return true
  } catch (error) {
    if (error instanceof DOMException) return false
    throw error
  }
}

export function forgetMachine(): void {
  localStorage.removeItem(KEY)
}

/** Browsers may forbid pages to keep anything. */
function read(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}
