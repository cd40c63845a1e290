/** The page's icons, named once. */
export {
  Archive, ArchiveRestore, ArrowDown, ArrowLeft, ArrowUp, ChartColumn, Check, ChevronDown, CircleAlert, CircleUser, Clock, Coins,
  Copy, ExternalLink, FlaskConical, Image, KeyRound, LogOut, Menu, MessageCircle, MessagesSquare, Monitor, MonitorSmartphone, Moon,
  MoreHorizontal, Palette, Pencil, Plus, RefreshCw, Search, Settings, Sparkles, Square, Sun, Trash, UserCheck, Users, WifiOff, X,
} from "lucide-react";
export type { LucideIcon } from "lucide-react";
