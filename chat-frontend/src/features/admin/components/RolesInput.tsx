/** Chooses roles, each with what it may do. */
import { Checkbox, Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useRoles } from "../api/people";

interface RolesInputProps {
  value: string[];
  onChange: (roles: string[]) => void;
  error: string | null;
  /** Roles that have to stay as they are, with the reason. */
  fixed?: Record<string, string>;
}

export function RolesInput({ value, onChange, error, fixed = {} }: RolesInputProps) {
  const { t } = useTranslation();
  const { data: roles, error: trouble, refetch } = useRoles();
  if (roles === undefined) {
    return trouble === null ? <Skeleton height={110} radius="md" /> : <ErrorNotice sentence={sentenceOf(trouble)} onRetry={() => void refetch()} />;
  }
  return (
    <Checkbox.Group label={t("Roles")} value={value} onChange={onChange} error={error ?? (value.length === 0 ? t("Choose at least one role.") : null)}>
      <Stack gap="xs" mt={6}>
        {roles.map(({ name, description }) => (
          <Checkbox key={name} value={name} label={name} description={fixed[name] ?? description} disabled={name in fixed} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
