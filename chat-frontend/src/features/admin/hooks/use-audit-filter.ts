/** Which entries of the audit trail are listed, as the page's address says. */
import { type AuditFilter, readAuditFilter, withAuditFilter } from "../model/audit-filter";
import { useAddress } from "@/components/use-address";

export function useAuditFilter() {
  const { address, setAddress } = useAddress();
  return {
    filter: readAuditFilter(address),
    change: (change: Partial<AuditFilter>) => setAddress((current) => withAuditFilter(current, change), { replace: true }),
  };
}
