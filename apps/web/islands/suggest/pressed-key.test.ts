import { describe, expect, it } from 'vitest'
import { pressedKey } from './pressed-key.ts'

describe('a key in a search field', () => {
  it('asks for suggestions with an arrow down, and sends the form with Enter, while none are shown', () => {
    expect(pressedKey('ArrowDown', 0, -1)).toEqual({ do: 'ask' })
    for (const key of ['Enter', 'ArrowUp', 'Escape', 'a']) expect(pressedKey(key, 0, -1)).toBeNull()
  })

  it.each([
    ['ArrowDown', [0, 1, 2, -1, 0]],
    ['ArrowUp', [2, 1, 0, -1, 2]],
  ])('goes round with %s, through the field itself', (key, places) => {
    let active = -1
    for (const place of places) {
      expect(pressedKey(key, 3, active)).toEqual({ do: 'mark', place })
      active = place
    }
  })

  it('follows the marked suggestion with Enter, and none where none is marked', () => {
    expect(pressedKey('Enter', 3, 1)).toEqual({ do: 'go', place: 1 })
    expect(pressedKey('Enter', 3, -1)).toBeNull()
  })

  it('closes the list with Escape, and types all else', () => {
    expect(pressedKey('Escape', 3, 1)).toEqual({ do: 'close' })
    for (const key of ['a', 'Home', 'Tab', ' ']) expect(pressedKey(key, 3, 1)).toBeNull()
  })
})
