export type { FailedSelfTest } from './candidate.ts'
export { explainPlan } from './explain-plan.ts'
export { type InstallQuestion, planInstall } from './plan-install.ts'
