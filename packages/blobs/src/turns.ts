import type { InTurn } from '@rbee/registry'

/** Turns inside this process; an action that fails does not keep the next from running. */
export function turnsPerKey(): InTurn {
  const last = new Map<string, Promise<unknown>>()
  return (key, action) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(action, action)
    last.set(key, turn)
    const leave = () => {
      if (last.get(key) === turn) last.delete(key)
    }
    turn.then(leave, leave)
    return turn
  }
}
