/** Which days are looked at, in which time zone, and whether beside those before. */
import { Button, Checkbox, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { phrase } from "@/i18n/phrase";
import { PRESETS, type Preset } from "../model/ranges";
import { type Scope, type View, viewerZone } from "../model/view";
import { CustomRange } from "./CustomRange";
import classes from "./Frame.module.css";

const LABELS: Record<Preset, string> = { today: phrase("Today"), "7d": phrase("7 days"), "30d": phrase("30 days"), "90d": phrase("90 days") };

interface RangeBarProps {
  view: View;
  scope: Scope;
  onChange: (change: Partial<View>) => void;
  canCompare?: boolean;
}

export function RangeBar({ view, scope, onChange, canCompare = true }: RangeBarProps) {
  const { t } = useTranslation();
  const { range } = view;
  const zones = [...new Set([viewerZone(), "UTC", scope.timezone])];
  return (
    <div className={classes.range} role="group" aria-label={t("Range of days")}>
      <div className={classes.presets}>
        {PRESETS.map((preset) => (
          <Button key={preset} size="compact-sm" variant={range === preset ? "filled" : "default"} aria-pressed={range === preset} onClick={() => onChange({ range: preset })}>
            {t(LABELS[preset])}
          </Button>
        ))}
        <Button size="compact-sm" variant={range === "custom" ? "filled" : "default"} aria-pressed={range === "custom"}
          onClick={() => onChange({ range: "custom", from: scope.from, to: scope.to })}>
          {t("Custom")}
        </Button>
      </div>
      {range === "custom" && <CustomRange days={scope} onChange={(days) => onChange(days)} />}
      <NativeSelect size="xs" aria-label={t("Time zone")} value={scope.timezone} data={zones}
        onChange={({ currentTarget }) => onChange({ zone: currentTarget.value === viewerZone() ? "" : currentTarget.value })} />
      {canCompare && <Checkbox size="xs" label={t("Compare")} checked={view.isCompared} onChange={({ currentTarget }) => onChange({ isCompared: currentTarget.checked })} />}
    </div>
  );
}
