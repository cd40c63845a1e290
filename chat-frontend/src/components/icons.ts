/** The page's icons, named once. */
export {
  Archive, ArchiveRestore, ArrowDown, ArrowLeft, ArrowUp, ChartColumn, Check, ChevronDown, CircleAlert, CircleUser, Clock, Coins,
  Copy, Download, ExternalLink, Fingerprint, FlaskConical, Image, KeyRound, LogOut, Menu, MessageCircle, MessagesSquare, Monitor, MonitorSmartphone, Moon,
  MoreHorizontal, Palette, Pencil, Plus, RefreshCw, Search, Settings, ShieldCheck, Smartphone, Sparkles, Square, Sun, Trash, UserCheck, Users, WifiOff, X,
} from "lucide-react";
export type { LucideIcon } from "lucide-react";
