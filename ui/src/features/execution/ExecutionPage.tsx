export function ExecutionPage({ id }: { id: string }) {
  return <h1>Execution {id}</h1>
}
