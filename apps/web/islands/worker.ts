// On a worker's page: the ways to install that work on the visitor's system come first, the others stay below them.
import { visitorSystem } from './platform/visitor-system.ts'

const system = visitorSystem(navigator)
const list = document.querySelector('.ways dl')
if (system !== null && list !== null) {
  const fits = (way: Element) => way.getAttribute('data-systems')?.split(' ').includes(system) ?? false
  const ways = [...list.children]
  list.append(...ways.filter(fits), ...ways.filter((way) => !fits(way)))
}
