/** What a key does in a search field with suggestions; null where it does what it always does. */
export type KeyDeed =
  | { readonly do: 'close' | 'ask' }
  | { readonly do: 'mark'; readonly place: number }
  | { readonly do: 'go'; readonly place: number }

/**
 * The keys of the combobox pattern with a list. Arrows go round through the field itself, which stands for what was typed.
 *
 * @param count of the suggestions that are shown.
 * @param active place of the marked one; -1 for the field.
 */
export function pressedKey(key: string, count: number, active: number): KeyDeed | null {
  if (count === 0) return key === 'ArrowDown' ? { do: 'ask' } : null
  switch (key) {
    case 'Escape':
      return { do: 'close' }
    case 'ArrowDown':
      return { do: 'mark', place: active === count - 1 ? -1 : active + 1 }
    case 'ArrowUp':
      return { do: 'mark', place: active === -1 ? count - 1 : active - 1 }
    case 'Enter':
      return active === -1 ? null : { do: 'go', place: active }
    default:
      return null
  }
}
