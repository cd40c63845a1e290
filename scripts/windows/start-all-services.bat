@echo off
call "%~dp0..\run.bat" start-all %*
exit /b %errorlevel%
