// On a worker's page: whether it runs on the visitor's machine, the ways to install of one system, and what seats cost.
import { keptMachine } from './fits/kept-machine.ts'
import { showPlan } from './fits/show-plan.ts'
import { offerSystems } from './install/system-choice.ts'
import { visitorSystem } from './platform/visitor-system.ts'
import { offerCalculator } from './pricing/price-calculator.ts'

const machine = keptMachine()
const plan = document.querySelector<HTMLElement>('[data-plan]')
if (machine !== null && plan !== null) void showPlan(plan, machine)

const ways = document.querySelector<HTMLElement>('.ways dl')
if (ways !== null) offerSystems(ways, machine?.profile.os ?? visitorSystem(navigator))

const price = document.querySelector<HTMLElement>('[data-price]')
if (price !== null) offerCalculator(price)
