@echo off
call "%~dp0..\run.bat" start-frontend %*
exit /b %errorlevel%
